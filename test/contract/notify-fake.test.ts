import { FakeNotify } from '../fakes/fake-notify.ts';
import { notifyContract } from './notify-contract.ts';

notifyContract('the fake', async () => {
  const notify = new FakeNotify();
  return {
    notify,
    url: 'http://receiver/path',
    fail: () => void (notify.mode = 'Refuses'),
    taken: () => notify.sent.map((request) => (request.type === 'Post' ? request.body : request.input)),
    end: async () => undefined,
  };
});
