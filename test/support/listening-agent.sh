#!/bin/sh
# An agent for tests. It writes down its start and every line that it is told, and says what AGENT_SAYS tells it to.
notes=$AGENT_NOTES/$CCCI_AGENT.log
note() { printf '%s\n' "$*" >>"$notes"; }

# The kernel frees this lock when the process and everything that it started is gone: two launches can not both have it.
exec 9>"$AGENT_NOTES/$CCCI_AGENT.lock"
flock --nonblock 9 || note "DOUBLE $CCCI_INCARNATION"

case " $AGENT_HABITS " in *' stubborn '*) trap '' HUP INT TERM ;; *' deaf '*) trap '' INT ;; esac
cp "$CCCI_PROMPT_FILE" "$AGENT_NOTES/$CCCI_AGENT.prompt"
note "start $CCCI_INCARNATION pid=$$ phase=$CCCI_PHASE_ID reason=$CCCI_RESTART_REASON"
case " $AGENT_HABITS " in *' nohup '*) (trap '' HUP; exec sleep 600) & ;; esac

speak() { [ -z "$AGENT_SAYS" ] || printf '%s\n' "$AGENT_SAYS"; }
case " $AGENT_HABITS " in *' late '*) ;; *) speak ;; esac
while IFS= read -r line; do
  note "heard $CCCI_INCARNATION $line"
  case $line in *AGENT-EXIT*) exit 3 ;; esac
  case " $AGENT_HABITS " in *' wedged '*) ;; *) speak ;; esac
done
case " $AGENT_HABITS " in *' stubborn '*) while :; do sleep 1; done ;; esac
