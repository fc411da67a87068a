// Who uses the server, and what is said to them: somebody signed in with a browser, or whoever the
// app's key stands for.
import { Api, Refusal } from './api/api';
import type { Account } from './api/schema';
import { Deleting } from './features/deleting/undoable-delete.svelte';
import type { Notices } from './features/toasts/toasts.svelte';
import { Sending } from './features/browser-uploads/browser-uploads.svelte';
import type { Host } from './host/host';
import { t } from './messages/messages';
import { wordsOf } from './error-message';

export class Visit {
  readonly api: Api;
  readonly deleting: Deleting;
  /** What a browser uploads goes on whatever screen is looked at; the window has the app for it. */
  readonly sending: Sending | null;
  /** `null` where nobody is signed in; `undefined` until the server has said. */
  account = $state.raw<Account | null>();
  /** Why the server has not said. */
  trouble = $state<string | null>(null);

  private started = Promise.resolve();
  private last: string | null = null;

  constructor(
    readonly host: Host,
    readonly notices: Notices,
  ) {
    this.api = new Api(host);
    this.sending = host.upload && new Sending(this.api, host.upload);
    this.deleting = new Deleting(this.api, notices, (error) => this.refused(error));
    this.api.signedOut = () => {
      if (this.account) this.tell(t('session.ended'));
      this.account = null;
    };
  }

  /** What one left unfinished is not to be sent as another. */
  private enter(account: Account): void {
    if (account.id !== this.last) this.sending?.clear();
    this.last = account.id;
    this.account = account;
  }

  /** Finds out who is signed in. */
  start(): Promise<void> {
    return (this.started = this.find());
  }

  private async find(): Promise<void> {
    this.trouble = null;
    try {
      this.enter(await this.api.session());
    } catch (error) {
      if (this.account !== null) this.trouble = wordsOf(error);
    }
  }

  /** @throws {Refusal} */
  async signIn(name: string, password: string): Promise<void> {
    this.enter(await this.api.signIn({ name, password }));
  }

  /** Signs in with what a link carried, which works once. */
  async follow(link: string): Promise<void> {
    // Its answer would take back what this one gives.
    await this.started;
    try {
      this.enter(await this.api.signIn({ link }));
    } catch (error) {
      const over = error instanceof Refusal && error.code === 'wrong_credentials';
      this.tell(over ? t('session.link_over') : wordsOf(error));
    }
  }

  /** Makes an account, by an invite or where anybody may. @throws {Refusal} */
  async join(code: string | null, name: string, password: string): Promise<void> {
    this.enter(await (code === null ? this.api.signUp({ name, password }) : this.api.acceptInvite({ code, name, password })));
  }

  async signOut(): Promise<void> {
    await this.attempt(async () => {
      await this.deleting.carryOut();
      await this.api.signOut();
      this.sending?.clear();
      this.account = null;
    });
  }

  /** Does something, and says so where it did not work. Whether it did. */
  async attempt(something: () => Promise<unknown>): Promise<boolean> {
    try {
      await something();
      return true;
    } catch (error) {
      this.refused(error);
      return false;
    }
  }

  private refused(error: unknown): void {
    // That the session is over has been said already.
    if (!(error instanceof Refusal && error.code === 'signed_out')) this.tell(wordsOf(error));
  }

  /** Says that something did not work. */
  tell(message: string): void {
    this.notices.say({ code: 'refused', fields: { message } });
  }
}
