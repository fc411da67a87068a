// Who uses the server, and what is said to them: somebody signed in with a browser, or whoever the
// app's key stands for.
import { Api, Refusal } from './api/api';
import type { Account } from './api/schema';
import type { Notices } from './features/notices/notices.svelte';
import type { Host } from './host/host';
import { lookUp, t } from './messages/messages';

export class Visit {
  readonly api: Api;
  /** `null` where nobody is signed in; `undefined` until the server has said. */
  account = $state.raw<Account | null>();
  /** Why the server has not said. */
  trouble = $state<string | null>(null);

  constructor(
    readonly host: Host,
    readonly notices: Notices,
  ) {
    this.api = new Api(host);
    this.api.signedOut = () => {
      if (this.account) this.tell(t('session.ended'));
      this.account = null;
    };
  }

  /** Finds out who is signed in. */
  async start(): Promise<void> {
    this.trouble = null;
    try {
      this.account = await this.api.session();
    } catch (error) {
      if (this.account !== null) this.trouble = wordsOf(error);
    }
  }

  /** @throws {Refusal} */
  async signIn(name: string, password: string): Promise<void> {
    this.account = await this.api.signIn({ name, password });
  }

  async signOut(): Promise<void> {
    await this.attempt(async () => {
      await this.api.signOut();
      this.account = null;
    });
  }

  /** Does something, and says so where it did not work. Whether it did. */
  async attempt(something: () => Promise<unknown>): Promise<boolean> {
    try {
      await something();
      return true;
    } catch (error) {
      // That the session is over has been said already.
      if (!(error instanceof Refusal && error.code === 'signed_out')) this.tell(wordsOf(error));
      return false;
    }
  }

  /** Says that something did not work. */
  tell(message: string): void {
    this.notices.say({ code: 'refused', fields: { message } });
  }
}

/** What went wrong, as a sentence. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Refusal)) return t('refused.unexpected', { status: 0 });
  return lookUp(`refused.${error.code}`, { status: error.status }) ?? (error.message || t('refused.unexpected', { status: error.status }));
}
