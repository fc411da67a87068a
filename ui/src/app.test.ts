import { expect, test } from 'vitest';
import { App } from './app.svelte';
import { FakeHost, pictureRow, READY_STATE } from './host/fake';

test('the page starts with the stored state of the host', async () => {
  const app = new App(new FakeHost({ ...READY_STATE, copy: { what: 'original', size: 400, how: 'bbcode' } }, [pictureRow(1)]));
  await app.start();
  expect(app.uploads.rows).toHaveLength(1);
  expect(app.copySettings.current).toEqual({ what: 'original', size: 400, how: 'bbcode' });
});

test('the page follows the events of the host', async () => {
  const host = new FakeHost();
  const app = new App(host);
  await app.start();
  host.emit('rows', [pictureRow(5, { state: { is: 'queued' } })]);
  host.emit('progress', { id: 5, sent: 1, total: 2 });
  host.emit('drag', { over: true, count: 3, lanes: [{ is: 'usual', target: 'This computer' }, { is: 'original' }, { is: 'target', name: 'Office' }], lane: 0 });
  host.emit('state', { ...READY_STATE, keychain: 'missing' });
  host.emit('notice', { code: 'copied', fields: { pictures: 1, links: 1 } });
  expect(app.uploads.rows[0]?.state.is).toBe('sending');
  expect(app.drag).toEqual({ over: true, count: 3, lanes: [{ is: 'usual', target: 'This computer' }, { is: 'original' }, { is: 'target', name: 'Office' }], lane: 0 });
  expect(app.hostState?.keychain).toBe('missing');
  expect(app.toasts.announcement).toBe('Link copied · URL');
});

test('rows are reloaded when their links may have changed or events were lost, and only then', async () => {
  const host = new FakeHost();
  const app = new App(host);
  await app.start();
  const loadCount = () => host.calls.filter(([what]) => what === 'rows').length;
  const firstCount = loadCount();
  host.emit('state', { ...READY_STATE, keychain: 'missing', paused: true });
  expect(loadCount()).toBe(firstCount);
  host.emit('state', { ...READY_STATE, targets: READY_STATE.targets.map((target) => ({ ...target, name: 'Attic' })) });
  expect(loadCount()).toBe(firstCount + 1);
  host.emit('missed', {});
  expect(loadCount()).toBe(firstCount + 2);
});

test('the close dialog is answered once and closes', async () => {
  const host = new FakeHost();
  const app = new App(host);
  await app.start();
  host.emit('ask_close', {});
  expect(app.closeDialogOpen).toBe(true);
  app.answerClose('minimise');
  expect(app.closeDialogOpen).toBe(false);
  expect(host.calls.at(-1)).toEqual(['answerClose', 'minimise']);
});

test('a host that does not respond is reported', async () => {
  const host = new FakeHost();
  host.failingCalls.add('state');
  const app = new App(host);
  await app.start();
  expect(app.toasts.items.map((toast) => toast.code)).toEqual(['request_failed']);
});

test('the toast for copied links shows the picture and can copy again, open it and undo the upload', async () => {
  const host = new FakeHost(READY_STATE, [pictureRow(7, { copied: true }), pictureRow(6)]);
  const app = new App(host);
  await app.start();
  host.emit('notice', { code: 'copied', fields: { pictures: 1, links: 3, how: 'url' } });
  const subject = app.toasts.items.at(-1)?.subject;
  expect(subject?.picture).toContain('/7');
  expect(subject?.actions.map(({ name }) => name)).toEqual(['copy-again', 'open', 'undo']);
  subject?.actions[0]?.act();
  expect(host.calls.at(-1)).toEqual(['copyAgain']);
  subject?.actions[2]?.act();
  expect(host.calls.at(-1)).toEqual(['delete', 7]);
});
