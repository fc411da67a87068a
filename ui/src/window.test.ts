// The desktop window: keyboard, buttons and rows.
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { App } from './app.svelte';
import { Session } from './session.svelte';
import { Route } from './router.svelte';
import Shell from './Shell.svelte';
import { FakeHost, pictureRow, READY_STATE } from './host/fake';
import type { Row } from './host/host';

// jsdom does not implement dialogs.
HTMLDialogElement.prototype.showModal ??= function () {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function () {
  this.open = false;
};

let close = () => {};
afterEach(() => close());

async function open(rows: Row[] = []) {
  const host = new FakeHost(READY_STATE, rows);
  const app = new App(host);
  const view = mount(Shell, { target: document.body, props: { host, app, route: new Route(window), session: new Session(host, app.toasts) } });
  close = () => void unmount(view);
  await app.start();
  flushSync();
  host.calls.length = 0;
  return { host, app };
}

function press(key: string, more: KeyboardEventInit = {}) {
  (document.activeElement ?? window).dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }));
}

const element = (selector: string) => document.querySelector<HTMLElement>(selector);
const buttonNamed = (name: string) => element(`button[aria-label="${name}"]`);

test('an empty window offers to drop, paste and choose', async () => {
  const { host } = await open();
  expect(element('[data-empty]')?.textContent).toContain('Drop a picture here');
  element('[data-action="paste"]')?.click();
  element('[data-action="choose"]')?.click();
  expect(host.calls).toEqual([['paste'], ['chooseFiles']]);
});

test('Ctrl+V uploads the clipboard and Ctrl+O opens the file picker, wherever the focus is', async () => {
  const { host } = await open([pictureRow(1)]);
  press('v', { ctrlKey: true });
  press('o', { ctrlKey: true });
  expect(host.calls).toEqual([['paste'], ['chooseFiles']]);
});

test('every link of a finished row has its own copy button', async () => {
  const { host } = await open([pictureRow(7)]);
  buttonNamed('Copy original link')?.click();
  buttonNamed('Copy 400 px link')?.click();
  buttonNamed('Copy original and sizes')?.click();
  expect(host.calls).toEqual([
    ['copy', 7, 'original'],
    ['copy', 7, '400'],
    ['copy', 7, 'all'],
  ]);
});

test('the arrow keys move between rows, and Ctrl+C, R and Del apply to the focused row', async () => {
  const failed = { is: 'failed', code: 'x', fields: {}, message: 'It failed.', retry: true } as const;
  const { host } = await open([pictureRow(1), pictureRow(2, { state: failed, deletable: false }), pictureRow(3)]);
  element('[data-row="3"]')?.focus();
  press('c', { ctrlKey: true });
  press('ArrowDown');
  await tick();
  expect(document.activeElement).toBe(element('[data-row="2"]'));
  press('r');
  press('Delete');
  expect(host.calls).toEqual([
    ['copy', 3, 'all'],
    ['retry', 2],
    ['forget', 2],
  ]);
});

test('Del deletes with a countdown, and Ctrl+Z undoes it', async () => {
  const { host } = await open([pictureRow(1)]);
  element('[data-row="1"]')?.focus();
  press('Delete');
  expect(host.calls).toEqual([['delete', 1]]);
  host.emit('rows', [pictureRow(1, { deletedAt: new Date(Date.now() + 9_500).toISOString() })]);
  flushSync();
  expect(element('[data-row="1"] [data-text]')?.textContent).toBe('Deleting from the server in 10 seconds');
  press('z', { ctrlKey: true });
  expect(host.calls.at(-1)).toEqual(['undoDelete', 1]);
});

test('Enter opens the detail sheet with every link and format', async () => {
  const { host } = await open([pictureRow(7, { metadata: 'removed' })]);
  element('[data-row="7"]')?.focus();
  press('Enter');
  flushSync();
  const sheet = element('[data-dialog="row"]');
  expect(sheet?.textContent).toContain('Location and camera data removed');
  expect(sheet?.querySelector('[data-link="400"] .url')?.textContent).toBe('http://127.0.0.1:4870/picture7/400');
  sheet?.querySelector<HTMLElement>('[data-link="400"] button')?.click();
  sheet?.querySelector<HTMLElement>('[data-copy-as="markdown"]')?.click();
  sheet?.querySelector<HTMLElement>('[data-action="delete"]')?.click();
  expect(host.calls).toEqual([
    ['copy', 7, '400'],
    ['copy', 7, 'all', 'markdown'],
    ['delete', 7],
  ]);
  press(' ');
  flushSync();
  expect(element('[data-dialog="row"]')).toBeNull();
});

test('the alternative text is saved before its link is copied, and when the sheet closes', async () => {
  const { host } = await open([pictureRow(7, { alt: 'A cat' })]);
  const write = (text: string) => {
    element('[data-row="7"]')?.focus();
    press('Enter');
    flushSync();
    const field = element('[data-field="alt"]') as HTMLTextAreaElement;
    expect(field.value).toBe('A cat');
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
    return field;
  };
  write('A cat, asleep').dispatchEvent(new Event('change', { bubbles: true }));
  element('[data-copy-as="markdown"]')?.click();
  await tick();
  await tick();
  element('[data-dialog="row"] header button')?.click();
  flushSync();
  expect(host.calls).toEqual([
    ['setAlt', 7, 'A cat, asleep'],
    ['copy', 7, 'all', 'markdown'],
  ]);
  write('Two cats');
  element('[data-dialog="row"] header button')?.click();
  flushSync();
  expect(host.calls.at(-1)).toEqual(['setAlt', 7, 'Two cats']);
});

test('/ focuses the search, which filters by name and reports no match', async () => {
  await open([pictureRow(1, { name: 'Kitten.gif' }), pictureRow(2)]);
  press('/');
  const field = document.activeElement as HTMLInputElement;
  expect(field.type).toBe('search');
  const seek = (text: string) => {
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    flushSync();
  };
  seek('kitten');
  expect([...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-name'))).toEqual(['Kitten.gif']);
  seek('dog');
  expect(element('[data-no-match]')?.textContent).toContain('No pictures match “dog”.');
  press('Escape');
  flushSync();
  expect(document.querySelectorAll('[data-row]')).toHaveLength(2);
});

test('a number key selects the link format, and F6 moves between regions', async () => {
  const { host } = await open([pictureRow(1)]);
  press('2');
  expect(host.calls).toEqual([['setCopy', { what: 'all', size: 800, how: 'markdown' }]]);
  element('[data-row="1"]')?.focus();
  press('F6');
  expect(document.activeElement?.closest('footer')).not.toBeNull();
  press('F6', { shiftKey: true });
  expect(document.activeElement).toBe(element('[data-row="1"]'));
});

test('Tab stops at one row, and the arrow keys reach its buttons', async () => {
  await open([pictureRow(1), pictureRow(2)]);
  expect(document.querySelectorAll('li[tabindex="0"]')).toHaveLength(1);
  element('[data-row="2"]')?.focus();
  press('ArrowRight');
  expect(document.activeElement).toBe(buttonNamed('Copy original link'));
  press('ArrowLeft');
  expect(document.activeElement).toBe(element('[data-row="2"]'));
});

test('a running row shows its progress', async () => {
  const { host } = await open([pictureRow(4, { state: { is: 'queued' } })]);
  host.emit('progress', { id: 4, sent: 1, total: 4 });
  flushSync();
  expect(element('[data-row="4"] [role="progressbar"]')?.getAttribute('aria-valuenow')).toBe('25');
  expect(element('[data-row="4"] [data-text]')?.textContent).toBe('Uploading 25%');
});

test('a drag shows the drop overlay until it leaves', async () => {
  const { host } = await open();
  host.emit('drag', { over: true, count: 3, lanes: [{ is: 'usual', target: 'This computer' }, { is: 'original' }, { is: 'target', name: 'Office' }], lane: 0 });
  flushSync();
  expect(element('[data-drop-overlay] .active')?.textContent).toContain('Drop to upload 3 pictures to This computer');
  expect([...document.querySelectorAll('[data-lane]')].map((lane) => lane.textContent?.trim()).slice(1)).toEqual([
    'Upload and copy only the original link',
    'Upload to Office',
  ]);
  host.emit('drag', { over: false, count: 0, lanes: [], lane: 0 });
  flushSync();
  expect(element('[data-drop-overlay]')).toBeNull();
});

test('a batch is announced to screen readers', async () => {
  const { host } = await open();
  host.emit('notice', { code: 'copied', fields: { pictures: 2, links: 6, how: 'url' } });
  flushSync();
  expect(element('[data-announcement]')?.textContent).toBe('Links of 2 pictures copied · URL');
});

test('the window shows who can open the links, the server\'s address and warnings', async () => {
  const { host } = await open();
  expect(element('[data-reach]')?.textContent).toBe('Only this computer can open these links.');
  expect(element('[data-server="running"]')?.textContent).toContain('Running at 127.0.0.1:4870');
  host.emit('state', { ...READY_STATE, keychain: 'missing', server: { is: 'failed', message: 'The disk is full.' } });
  flushSync();
  expect(element('[data-note="keychain"]')?.textContent).toContain("No keychain found, so Vitrine creates a new key each time it starts. Pictures and links aren't affected.");
  expect(element('[data-note="server"]')?.textContent).toContain('The disk is full.');
});

test('choosing a format is sent to the host', async () => {
  const { host } = await open();
  element('[data-switch="how"] input[value="markdown"]')?.click();
  expect(host.calls).toEqual([['setCopy', { what: 'all', size: 800, how: 'markdown' }]]);
});
