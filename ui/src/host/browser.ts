// The host for a browser on the network. It talks to the server that served the page.
import type { Host, Upload } from './host';

/** Options of every request: the session cookie goes along, nothing is cached, and no redirect is followed. */
const REQUEST_DEFAULTS: RequestInit = { credentials: 'same-origin', cache: 'no-store', redirect: 'error' };

export const browserHost: Host = {
  desktop: null,
  address: (path) => path,
  fetch: (path, init) => window.fetch(path, { ...REQUEST_DEFAULTS, ...init }),
  upload: send,
  copyText: copy,
};

/** Uses XMLHttpRequest, since `fetch` does not report upload progress. */
function send(path: string, form: FormData, { method, headers, signal, progress }: Parameters<Upload>[2]): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.responseType = 'blob';
    request.upload.onprogress = ({ loaded, total }) => progress(loaded, total);
    request.onload = () => {
      const responseHeaders = new Headers();
      for (const name of ['Content-Type', 'Retry-After']) {
        const value = request.getResponseHeader(name);
        if (value !== null) responseHeaders.set(name, value);
      }
      resolve(new Response(request.status === 204 ? null : (request.response as Blob), { status: request.status, headers: responseHeaders }));
    };
    request.onerror = () => reject(new TypeError('The connection was cut.'));
    request.onabort = () => reject(new DOMException('It was called off.', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    if (signal.aborted) request.abort();
    else request.send(form);
  });
}

/** Plain http from another computer has no `navigator.clipboard`; there `execCommand` copies the selection. */
async function copy(text: string, html?: string): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.write([
        new ClipboardItem({
          'text/plain': new Blob([text], { type: 'text/plain' }),
          ...(html === undefined ? {} : { 'text/html': new Blob([html], { type: 'text/html' }) }),
        }),
      ]);
      return true;
    } catch {
      // Not permitted; fall back.
    }
  }
  return copyWithExecCommand(text, html);
}

function copyWithExecCommand(text: string, html?: string): boolean {
  const focused = document.activeElement;
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.className = 'visually-hidden';
  // A dialog traps the focus, so the field must be inside it.
  const container = focused?.closest('[role="dialog"]') ?? document.body;
  container.append(field);
  field.select();
  const fillClipboard = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text);
    if (html !== undefined) event.clipboardData?.setData('text/html', html);
    event.preventDefault();
  };
  document.addEventListener('copy', fillClipboard);
  try {
    return document.execCommand('copy');
  } finally {
    document.removeEventListener('copy', fillClipboard);
    field.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
