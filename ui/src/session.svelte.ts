// The session: the signed-in account, and what its uploads and deletions share. In the desktop window it is the
// account of the app's key.
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
  /** Browser uploads continue on every screen; `null` in the desktop window, where the app uploads. */
  readonly browserUploads: BrowserUploads | null;
  /** `null` if nobody is signed in; `undefined` until loaded. */
  account = $state.raw<Account | null>();
  /** Why the session could not be loaded. */
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

  /** Uploads of one account are not sent as another's. */
  private setAccount(account: Account): void {
    if (account.id !== this.lastAccountId) this.browserUploads?.clear();
    this.lastAccountId = account.id;
    this.account = account;
  }

  /** Loads the signed-in account. */
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

  /** @throws {ApiError} */
  async signIn(name: string, password: string): Promise<void> {
    this.setAccount(await this.api.signIn({ name, password }));
  }

  /** Signs in with a one-time link. */
  async signInByLink(link: string): Promise<void> {
    // The pending response would overwrite the new account.
    await this.loading;
    try {
      this.setAccount(await this.api.signIn({ link }));
    } catch (error) {
      const expired = error instanceof ApiError && error.code === 'wrong_credentials';
      this.showError(expired ? t('session.link_over') : errorMessage(error));
    }
  }

  /** Creates an account, by invite or where sign-up is open. @throws {ApiError} */
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

  /** Runs an action and reports an error. Returns whether it succeeded. */
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
    // An ended session was already reported.
    if (!(error instanceof ApiError && error.code === 'signed_out')) this.showError(errorMessage(error));
  }

  /** Shows an error as a toast. */
  showError(message: string): void {
    this.toasts.show({ code: 'refused', fields: { message } });
  }
}
