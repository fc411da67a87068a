// The settings screen's state: loaded once, each change saved immediately and reverted with a message if the host
// rejects it.
import type { App } from '../../app.svelte';
import type { DesktopIntegration, EditorListener, WatchedFolder, Preparation, CommandError, Settings, SuggestedFolder, Target, WatchedFolderSettings, TargetDraft } from '../../host/host';
import { t } from '../../messages/messages';
import { failureMessage } from '../uploads/state-message';
import { isCommandError, TOAST_DURATION } from '../toasts/toasts.svelte';

export class SettingsPage {
  settings = $state.raw<Settings | null>(null);
  integration = $state.raw<DesktopIntegration | null>(null);
  listener = $state.raw<EditorListener | null>(null);
  suggestions = $state.raw<SuggestedFolder[]>([]);
  /** Error messages, by the section they belong to. */
  errors = $state<Record<string, string | undefined>>({});
  /** Fingerprints of untrusted certificates, by the same keys. */
  fingerprints = $state<Record<string, string | undefined>>({});
  /** The target being tested, and the test results. */
  testingId = $state<string | null>(null);
  testResults = $state<Record<string, string | undefined>>({});

  /** Incremented after an undo, to reset the fields. */
  revision = $state(0);

  constructor(private readonly app: App) {}

  get host() {
    return this.app.host;
  }

  get targets(): Target[] {
    return this.app.hostState?.targets ?? [];
  }

  get defaultTargetId(): string | undefined {
    return this.app.hostState?.usual;
  }

  get folders(): WatchedFolder[] {
    return this.app.hostState?.folders ?? [];
  }

  get localTarget(): Target | undefined {
    return this.targets.find((target) => target.here);
  }

  async load(): Promise<void> {
    await this.attempt('page', async () => {
      [this.settings, this.integration, this.listener, this.suggestions] = await Promise.all([
        this.host.settings(),
        this.host.around(),
        this.host.editors(),
        this.host.suggestedFolders(),
      ]);
    });
  }

  /** Changes some settings and offers to undo that; errors are shown at `errorKey`. */
  async change(errorKey: string, part: Partial<Settings>): Promise<boolean> {
    const previous = this.settings;
    const succeeded = await this.apply(errorKey, part);
    if (succeeded && previous) this.offerUndo(() => this.apply(errorKey, previous));
    return succeeded;
  }

  private async apply(errorKey: string, part: Partial<Settings>): Promise<boolean> {
    const previous = this.settings;
    if (!previous) return false;
    this.settings = { ...previous, ...part };
    const succeeded = await this.attempt(errorKey, async () => {
      this.settings = await this.host.saveSettings({ ...previous, ...part });
      if (part.editors) this.listener = await this.host.editors();
    });
    if (!succeeded) this.settings = previous;
    return succeeded;
  }

  /** Returns the target's id, or `null` if saving failed. */
  async saveTarget(errorKey: string, target: TargetDraft, key: string | null): Promise<string | null> {
    return this.attemptValue(errorKey, () => this.host.saveTarget(target, key));
  }

  /** Changes how pictures for this computer are processed. */
  async setLocalPreparation(errorKey: string, prepare: Preparation): Promise<void> {
    const { localTarget } = this;
    if (!localTarget) return;
    const save = (prepare: Preparation) =>
      this.saveTarget(errorKey, { id: localTarget.id, name: localTarget.name, kind: localTarget.kind, base: localTarget.base, prepare }, null);
    if ((await save(prepare)) !== null) this.offerUndo(() => save(localTarget.prepare));
  }

  async removeTarget(id: string): Promise<boolean> {
    return this.attempt(`target-${id}`, () => this.host.removeTarget(id));
  }

  async setDefaultTarget(id: string): Promise<void> {
    await this.attempt(`target-${id}`, () => this.host.makeUsual(id));
  }

  async exportTarget(id: string): Promise<void> {
    await this.attempt(`target-${id}`, () => this.host.exportTarget(id));
  }

  /** Returns the target's id, or `null` if none was imported. */
  async importTarget(): Promise<string | null> {
    return this.attemptValue('targets', () => this.host.importTarget());
  }

  async test(id: string): Promise<void> {
    this.testingId = id;
    this.testResults[id] = undefined;
    await this.attempt(`target-${id}`, async () => {
      const { left, message } = await this.host.testTarget(id);
      this.testResults[id] = left === null ? t('targets.test_good') : t('targets.test_left', { address: left, reason: message ?? '' });
    });
    this.testingId = null;
  }

  async fetchSuggestions(): Promise<SuggestedFolder[]> {
    return (await this.attemptValue('folders', () => this.host.suggestedFolders())) ?? [];
  }

  async addFolder(suggestion: string | null): Promise<void> {
    await this.attempt('folders', () => this.host.addFolder(suggestion));
    await this.attempt('folders', async () => (this.suggestions = await this.host.suggestedFolders()));
  }

  async saveFolder(folder: WatchedFolder, part: Partial<WatchedFolderSettings>): Promise<boolean> {
    const { id, on, mode, target, prepare, links, patterns, deep, afterwards, poll } = folder;
    const current = { id, on, mode, target, prepare, links, patterns, deep, afterwards, poll };
    const save = (folder: WatchedFolderSettings) => this.attempt(`folder-${id}`, () => this.host.saveFolder(folder));
    const succeeded = await save({ ...current, ...part });
    if (succeeded) this.offerUndo(() => save(current));
    return succeeded;
  }

  async removeFolder(id: string): Promise<void> {
    await this.attempt(`folder-${id}`, () => this.host.removeFolder(id));
    await this.attempt('folders', async () => (this.suggestions = await this.host.suggestedFolders()));
  }

  async addCertificate(): Promise<void> {
    await this.attempt('network', async () => {
      if (await this.host.addCertificate()) this.settings = await this.host.settings();
    });
  }

  async removeCertificate(fingerprint: string): Promise<void> {
    await this.attempt('network', async () => {
      await this.host.removeCertificate(fingerprint);
      this.settings = await this.host.settings();
    });
  }

  async setToken(token: string | null): Promise<boolean> {
    return this.attempt('editors', async () => {
      await this.host.setEditorToken(token);
      this.settings = await this.host.settings();
    });
  }

  async testListener(): Promise<void> {
    this.testingId = 'editors';
    this.testResults.editors = undefined;
    await this.attempt('listener', async () => {
      const { link, left } = await this.host.testEditors();
      this.testResults.editors = left === null ? t('editors.test_good', { link }) : t('editors.test_left', { link, reason: left });
    });
    this.testingId = null;
    // The test itself is listed as a caller.
    await this.reloadListener();
  }

  async reloadListener(): Promise<void> {
    await this.attempt('editors', async () => (this.listener = await this.host.editors()));
  }

  async setLogin(on: boolean): Promise<void> {
    await this.attempt('login', () => this.host.setLogin(on));
    await this.attempt('login', async () => (this.integration = await this.host.around()), true);
  }

  async setShortcuts(shortcuts: DesktopIntegration['shortcuts']): Promise<boolean> {
    const succeeded = await this.attempt('shortcuts', () => this.host.setShortcuts(shortcuts));
    if (succeeded && this.integration) this.integration = { ...this.integration, shortcuts, keysRefused: null };
    return succeeded;
  }

  private offerUndo(back: () => Promise<unknown>): void {
    const undo = async () => {
      await back();
      this.revision += 1;
    };
    this.app.toasts.show({ code: 'setting_changed', fields: {} }, undefined, { text: t('row.undo'), accept: () => void undo(), expire: () => undefined, for: TOAST_DURATION });
  }

  /** The result of the action; `null` if it failed. */
  private async attemptValue<T>(errorKey: string, action: () => Promise<T>): Promise<T | null> {
    let attemptValue: T | null = null;
    await this.attempt(errorKey, async () => (attemptValue = await action()));
    return attemptValue;
  }

  /** Runs the action and shows an error at `errorKey`. `keepError` leaves the current message. */
  private async attempt(errorKey: string, action: () => Promise<unknown>, keepError = false): Promise<boolean> {
    if (!keepError) this.errors[errorKey] = this.fingerprints[errorKey] = undefined;
    try {
      await action();
      return true;
    } catch (error) {
      this.showError(errorKey, isCommandError(error) ? error : { code: 'request_failed', message: t('notice.request_failed') });
      return false;
    }
  }

  /** Uses the page's own message if there is one. */
  private showError(errorKey: string, { code, message, fields }: CommandError): void {
    this.errors[errorKey] = fields ? failureMessage({ code, message, fields }) : message;
    this.fingerprints[errorKey] = fields?.fingerprint?.toString();
  }
}
