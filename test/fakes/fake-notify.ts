import { NotifyError, type Notify, type NotifyRequest } from '#drivers/notify/notify.ts';

/** An outside that keeps what it was told. Works, or refuses everything. */
export class FakeNotify implements Notify {
  mode: 'Works' | 'Refuses' = 'Works';
  readonly sent: NotifyRequest[] = [];

  async send(request: NotifyRequest): Promise<void> {
    if (this.mode === 'Refuses')
      throw new NotifyError('NotificationRefused', 'the fake answered 503, expected 200 to 299');
    this.sent.push(request);
  }
}
