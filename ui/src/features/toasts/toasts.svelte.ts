// Toasts, and the announcement for screen readers.
import type { CopySettings, Notice, CommandError } from '../../host/host';
import { type ToastMessage, toastMessage } from './toast-message';

/** The action of a toast: `accept` runs it, `expire` runs when the toast closes without it. */
export type Offer = { text: string; accept: () => void; expire: () => void; for: number };
/** The picture that a toast is about, and actions for it. */
export type ToastSubject = { picture: string | null; actions: { name: string; text: string; act: () => void }[] };
export type Toast = ToastMessage & { key: number; code: string; offer: Offer | undefined; subject: ToastSubject | undefined };

/** In milliseconds. */
export const TOAST_DURATION = 6_000;
const MAX_TOASTS = 3;

export class ToastStore {
  items = $state<Toast[]>([]);
  /** Read by the page's live region on change. */
  announcement = $state('');
  private timers = new Map<number, ReturnType<typeof setTimeout>>();
  private lastKey = 0;

  /** Shows and announces a notice; `how` is the link format if the notice does not name it. */
  show(notice: Notice, how: CopySettings['how'] = 'url', offer?: Offer, subject?: ToastSubject): void {
    const message = toastMessage(notice, how);
    const toast = { ...message, key: ++this.lastKey, code: notice.code, offer, subject };
    // A repeated notice replaces the previous one.
    for (const old of this.items.filter((other) => other.code === notice.code)) this.dismiss(old.key);
    while (this.items.length >= MAX_TOASTS) this.dismiss(this.items[0]?.key ?? 0);
    this.items.push(toast);
    this.startTimer(toast.key);
    // A live region ignores an unchanged text, so a repeated message differs by a space.
    this.announcement = this.announcement === message.text ? `${message.text}\u00a0` : message.text;
  }

  /** The result of a request; an error is shown as a toast. */
  async withErrorToast<T>(request: Promise<T>): Promise<T | undefined> {
    try {
      return await request;
    } catch (refusal) {
      this.show(isCommandError(refusal) ? { code: refusal.code, fields: { message: refusal.message } } : { code: 'request_failed', fields: {} });
      return undefined;
    }
  }

  dismiss(key: number): void {
    this.remove(key)?.expire();
  }

  /** Runs the action of a toast. */
  accept(key: number): void {
    this.remove(key)?.accept();
  }

  /** Runs the action of the newest toast that has one. Returns whether there was one. */
  acceptNewest(): boolean {
    const newest = this.items.filter(({ offer }) => offer).at(-1);
    if (newest) this.accept(newest.key);
    return newest !== undefined;
  }

  private remove(key: number): Offer | undefined {
    this.pauseTimer(key);
    const offer = this.items.find((toast) => toast.key === key)?.offer;
    this.items = this.items.filter((toast) => toast.key !== key);
    return offer;
  }

  /** Dismisses the newest toast. Returns whether there was one. */
  dismissNewest(): boolean {
    const newest = this.items.at(-1);
    if (newest) this.dismiss(newest.key);
    return newest !== undefined;
  }

  /** Keeps a toast open while it is hovered or focused. */
  pauseTimer(key: number): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
  }

  /** Starts the timer of a toast. A problem stays until it is dismissed. */
  startTimer(key: number): void {
    this.pauseTimer(key);
    const toast = this.items.find((other) => other.key === key);
    if (toast && toast.tone !== 'problem') this.timers.set(key, setTimeout(() => this.dismiss(key), toast.offer?.for ?? TOAST_DURATION));
  }
}

/** Errors of the host have a code and a message; anything else is a bug. */
export function isCommandError(thrown: unknown): thrown is CommandError {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown && 'code' in thrown;
}
