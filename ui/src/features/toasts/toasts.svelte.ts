// What the page says in passing: a few toasts, and the one sentence for screen readers.
import type { CopySettings, Notice, CommandError } from '../../host/host';
import { type ToastMessage, toastMessage } from './toast-message';

/** What a toast offers while it is there: `take` does it, and `pass` is told that it was not taken. */
export type Offer = { text: string; accept: () => void; expire: () => void; for: number };
/** The picture that a toast is about, and what can be done with it while the toast stays. */
export type ToastSubject = { picture: string | null; actions: { name: string; text: string; act: () => void }[] };
export type Toast = ToastMessage & { key: number; code: string; offer: Offer | undefined; subject: ToastSubject | undefined };

/** Milliseconds. */
export const TOAST_DURATION = 6_000;
const MAX_TOASTS = 3;

export class ToastStore {
  items = $state<Toast[]>([]);
  /** Read out by the page's live region whenever it changes. */
  announcement = $state('');
  private timers = new Map<number, ReturnType<typeof setTimeout>>();
  private lastKey = 0;

  /** Shows and speaks a notice; `how` words it when the notice does not say how it was written. */
  show(notice: Notice, how: CopySettings['how'] = 'url', offer?: Offer, subject?: ToastSubject): void {
    const message = toastMessage(notice, how);
    const toast = { ...message, key: ++this.lastKey, code: notice.code, offer, subject };
    // The same news again replaces the old one instead of piling up.
    for (const old of this.items.filter((other) => other.code === notice.code)) this.dismiss(old.key);
    while (this.items.length >= MAX_TOASTS) this.dismiss(this.items[0]?.key ?? 0);
    this.items.push(toast);
    this.startTimer(toast.key);
    // A live region is silent when its text stays the same, so a repeated sentence differs by a space.
    this.announcement = this.announcement === message.text ? `${message.text}\u00a0` : message.text;
  }

  /** What the host answered; if it refused, its reason is said, or that it did not work. */
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

  /** Does what a toast offers. */
  accept(key: number): void {
    this.remove(key)?.accept();
  }

  /** Does what the newest of those toasts offers that offer something; whether there was one. */
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

  /** Takes the newest toast away; whether there was one. */
  dismissNewest(): boolean {
    const newest = this.items.at(-1);
    if (newest) this.dismiss(newest.key);
    return newest !== undefined;
  }

  /** Keeps a toast while the pointer or the focus is on it. */
  pauseTimer(key: number): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
  }

  /** Lets a toast go after its time. A problem stays until it is dismissed. */
  startTimer(key: number): void {
    this.pauseTimer(key);
    const toast = this.items.find((other) => other.key === key);
    if (toast && toast.tone !== 'problem') this.timers.set(key, setTimeout(() => this.dismiss(key), toast.offer?.for ?? TOAST_DURATION));
  }
}

/** The host refuses with a sentence; whatever else is thrown is an accident. */
export function isCommandError(thrown: unknown): thrown is CommandError {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown && 'code' in thrown;
}
