#!/bin/sh
# The agent of the benchmarks: says when its own code runs and when it has read a line. BENCH_PRINTS=yes prints all the time.
note() {
  printf '%s %s %s\n' "$1" "$(date +%s%N)" "$2" >>"$BENCH_NOTES"
}
note started "$$"
if [ "${BENCH_PRINTS:-}" = yes ]; then
  while :; do
    printf 'working %s\n' "$(date +%s%N)"
    sleep 0.1
  done
fi
echo 'WAITING-UNTIL: 2099-01-01T00:00:00Z'
while IFS= read -r line; do
  note heard "$line"
  echo 'WAITING-UNTIL: 2099-01-01T00:00:00Z'
done
