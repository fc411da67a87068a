// Who uses the server, and what is said to them: somebody signed in with a browser, or whoever the
// app's key stands for.
import { Api, ApiError } from './api/api';
import type { Account } from './api/schema';
import { UndoableDelete } from './features/deleting/undoable-delete.svelte';
import type { ToastStore } from './features/toasts/toasts.svelte';
import { BrowserUploads } from './features/browser-uploads/browser-uploads.svelte';
import type { Host } from './host/host';
import { t } from './messages/messages';
import { errorMessage } from './error-message';

export class Session {
  readonly api: Api;
  readonly deletion: UndoableDelete;
  /** What a browser uploads goes on whatever screen is looked at; the window has the app for it. */
  readonly browserUploads: BrowserUploads | null;
  /** `null` where nobody is signed in; `undefined` until the server has said. */
  account = $state.raw<Account | null>();
  /** Why the server has not said. */
  errorText = $state<string | null>(null);

  private loading = Promise.resolve();
  private lastAccountId: string | null = null;

  constructor(
    readonly host: Host,
    readonly toasts: ToastStore,
  ) {
    this.api = new Api(host);
    this.browserUploads = host.upload && new BrowserUploads(this.api, host.upload);
    this.deletion = new UndoableDelete(this.api, toasts, (error) => this.reportError(error));
    this.api.onSignedOut = () => {
      if (this.account) this.showError(t('session.ended'));
      this.account = null;
    };
  }

  /** What one left unfinished is not to be sent as another. */
  private setAccount(account: Account): void {
    if (account.id !== this.lastAccountId) this.browserUploads?.clear();
    this.lastAccountId = account.id;
    this.account = account;
  }

  /** Finds out who is signed in. */
  start(): Promise<void> {
    return (this.loading = this.loadAccount());
  }

  private async loadAccount(): Promise<void> {
    this.errorText = null;
    try {
      this.setAccount(await this.api.session());
    } catch (error) {
      if (this.account !== null) this.errorText = errorMessage(error);
    }
  }

  /** @throws {Refusal} */
  async signIn(name: string, password: string): Promise<void> {
    this.setAccount(await this.api.signIn({ name, password }));
  }

  /** Signs in with what a link carried, which works once. */
  async signInByLink(link: string): Promise<void> {
    // Its answer would take back what this one gives.
    await this.loading;
    try {
      this.setAccount(await this.api.signIn({ link }));
    } catch (error) {
      const expired = error instanceof ApiError && error.code === 'wrong_credentials';
      this.showError(expired ? t('session.link_over') : errorMessage(error));
    }
  }

  /** Makes an account, by an invite or where anybody may. @throws {Refusal} */
  async signUp(code: string | null, name: string, password: string): Promise<void> {
    this.setAccount(await (code === null ? this.api.signUp({ name, password }) : this.api.acceptInvite({ code, name, password })));
  }

  async signOut(): Promise<void> {
    await this.attempt(async () => {
      await this.deletion.commit();
      await this.api.signOut();
      this.browserUploads?.clear();
      this.account = null;
    });
  }

  /** Does something, and says so where it did not work. Whether it did. */
  async attempt(action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.reportError(error);
      return false;
    }
  }

  private reportError(error: unknown): void {
    // That the session is over has been said already.
    if (!(error instanceof ApiError && error.code === 'signed_out')) this.showError(errorMessage(error));
  }

  /** Says that something did not work. */
  showError(message: string): void {
    this.toasts.show({ code: 'refused', fields: { message } });
  }
}
