import { expect, test } from 'vitest';
import { FakeHost } from '../../host/fake';
import { Notices } from '../toasts/toasts.svelte';
import { CopyChoice } from './copy-settings.svelte';

function world() {
  const host = new FakeHost();
  const notices = new Notices();
  return { host, notices, choice: new CopyChoice(host, notices) };
}

test('a choice is sent whole, and the other switch keeps its place', async () => {
  const { host, choice } = world();
  await choice.choose({ how: 'markdown' });
  await choice.choose({ what: 'size', size: 400 });
  expect(host.asked.at(-1)).toEqual(['setCopy', { what: 'size', size: 400, how: 'markdown' }]);
});

test('a refused choice goes back and says so', async () => {
  const { host, notices, choice } = world();
  host.broken.add('setCopy');
  await choice.choose({ how: 'html' });
  expect(choice.current.how).toBe('url');
  expect(notices.toasts).toHaveLength(1);
});

test('the copy button asks for what the switch says', async () => {
  const { choice } = world();
  expect(choice.label).toBe('all');
  await choice.choose({ what: 'original' });
  expect(choice.label).toBe('original');
  await choice.choose({ what: 'size', size: 1200 });
  expect(choice.label).toBe('1200');
});
