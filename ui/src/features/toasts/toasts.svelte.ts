// What the page says in passing: a few toasts, and the one sentence for screen readers.
import type { Copying, Notice, Refusal } from '../../host/host';
import { type Words, words } from './toast-message';

/** What a toast offers while it is there: `take` does it, and `pass` is told that it was not taken. */
export type Offer = { text: string; take: () => void; pass: () => void; for: number };
/** The picture that a toast is about, and what can be done with it while the toast stays. */
export type About = { picture: string | null; actions: { name: string; text: string; act: () => void }[] };
export type Toast = Words & { key: number; code: string; offer: Offer | undefined; about: About | undefined };

/** Milliseconds. */
export const SHOWN_FOR = 6_000;
const AT_MOST = 3;

export class Notices {
  toasts = $state<Toast[]>([]);
  /** Read out by the page's live region whenever it changes. */
  spoken = $state('');
  private timers = new Map<number, ReturnType<typeof setTimeout>>();
  private lastKey = 0;

  /** Shows and speaks a notice; `how` words it when the notice does not say how it was written. */
  say(notice: Notice, how: Copying['how'] = 'url', offer?: Offer, about?: About): void {
    const said = words(notice, how);
    const toast = { ...said, key: ++this.lastKey, code: notice.code, offer, about };
    // The same news again replaces the old one instead of piling up.
    for (const old of this.toasts.filter((other) => other.code === notice.code)) this.dismiss(old.key);
    while (this.toasts.length >= AT_MOST) this.dismiss(this.toasts[0]?.key ?? 0);
    this.toasts.push(toast);
    this.release(toast.key);
    // A live region is silent when its text stays the same, so a repeated sentence differs by a space.
    this.spoken = this.spoken === said.text ? `${said.text}\u00a0` : said.text;
  }

  /** What the host answered; if it refused, its reason is said, or that it did not work. */
  async unlessRefused<T>(request: Promise<T>): Promise<T | undefined> {
    try {
      return await request;
    } catch (refusal) {
      this.say(isRefusal(refusal) ? { code: refusal.code, fields: { message: refusal.message } } : { code: 'request_failed', fields: {} });
      return undefined;
    }
  }

  dismiss(key: number): void {
    this.remove(key)?.pass();
  }

  /** Does what a toast offers. */
  take(key: number): void {
    this.remove(key)?.take();
  }

  /** Does what the newest of those toasts offers that offer something; whether there was one. */
  takeNewest(): boolean {
    const newest = this.toasts.filter(({ offer }) => offer).at(-1);
    if (newest) this.take(newest.key);
    return newest !== undefined;
  }

  private remove(key: number): Offer | undefined {
    this.hold(key);
    const offer = this.toasts.find((toast) => toast.key === key)?.offer;
    this.toasts = this.toasts.filter((toast) => toast.key !== key);
    return offer;
  }

  /** Takes the newest toast away; whether there was one. */
  dismissNewest(): boolean {
    const newest = this.toasts.at(-1);
    if (newest) this.dismiss(newest.key);
    return newest !== undefined;
  }

  /** Keeps a toast while the pointer or the focus is on it. */
  hold(key: number): void {
    clearTimeout(this.timers.get(key));
    this.timers.delete(key);
  }

  /** Lets a toast go after its time. A problem stays until it is dismissed. */
  release(key: number): void {
    this.hold(key);
    const toast = this.toasts.find((other) => other.key === key);
    if (toast && toast.tone !== 'problem') this.timers.set(key, setTimeout(() => this.dismiss(key), toast.offer?.for ?? SHOWN_FOR));
  }
}

/** The host refuses with a sentence; whatever else is thrown is an accident. */
export function isRefusal(thrown: unknown): thrown is Refusal {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown && 'code' in thrown;
}
