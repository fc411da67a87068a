// The settings as the page holds them: read once, each change applied at once, and put back with a sentence
// beside it where the host refuses it.
import type { App } from '../../app.svelte';
import type { Around, EditorsDoor, Folder, Preparation, Refusal, Settings, SuggestedFolder, Target, WantedFolder, WantedTarget } from '../../host/host';
import { t } from '../../messages/messages';
import { troubleWords } from '../uploads/state-message';
import { isRefusal, SHOWN_FOR } from '../toasts/toasts.svelte';

export class SettingsPage {
  settings = $state.raw<Settings | null>(null);
  around = $state.raw<Around | null>(null);
  door = $state.raw<EditorsDoor | null>(null);
  suggested = $state.raw<SuggestedFolder[]>([]);
  /** What is wrong, by the place where it is shown. */
  wrong = $state<Record<string, string | undefined>>({});
  /** The certificates that are not believed, by the same places. */
  fingerprints = $state<Record<string, string | undefined>>({});
  /** The target that is being tested, and what came of tests. */
  testing = $state<string | null>(null);
  tested = $state<Record<string, string | undefined>>({});

  /** Grows when something was undone: what is written in fields is read anew. */
  round = $state(0);

  constructor(private readonly app: App) {}

  get host() {
    return this.app.host;
  }

  get targets(): Target[] {
    return this.app.surroundings?.targets ?? [];
  }

  get usual(): string | undefined {
    return this.app.surroundings?.usual;
  }

  get folders(): Folder[] {
    return this.app.surroundings?.folders ?? [];
  }

  get here(): Target | undefined {
    return this.targets.find((target) => target.here);
  }

  async read(): Promise<void> {
    await this.attempt('page', async () => {
      [this.settings, this.around, this.door, this.suggested] = await Promise.all([
        this.host.settings(),
        this.host.around(),
        this.host.editors(),
        this.host.suggestedFolders(),
      ]);
    });
  }

  /** Changes a part of the settings, and offers to undo that; `place` is where it is said if it is refused. */
  async change(place: string, part: Partial<Settings>): Promise<boolean> {
    const before = this.settings;
    const done = await this.apply(place, part);
    if (done && before) this.offerUndo(() => this.apply(place, before));
    return done;
  }

  private async apply(place: string, part: Partial<Settings>): Promise<boolean> {
    const before = this.settings;
    if (!before) return false;
    this.settings = { ...before, ...part };
    const done = await this.attempt(place, async () => {
      this.settings = await this.host.saveSettings({ ...before, ...part });
      if (part.editors) this.door = await this.host.editors();
    });
    if (!done) this.settings = before;
    return done;
  }

  /** Gives the target's id, or `null` where that is refused. */
  async saveTarget(place: string, target: WantedTarget, key: string | null): Promise<string | null> {
    return this.given(place, () => this.host.saveTarget(target, key));
  }

  /** What is done to pictures before they go to this computer. */
  async prepareHere(place: string, prepare: Preparation): Promise<void> {
    const { here } = this;
    if (!here) return;
    const save = (prepare: Preparation) =>
      this.saveTarget(place, { id: here.id, name: here.name, kind: here.kind, base: here.base, prepare }, null);
    if ((await save(prepare)) !== null) this.offerUndo(() => save(here.prepare));
  }

  async removeTarget(id: string): Promise<boolean> {
    return this.attempt(`target-${id}`, () => this.host.removeTarget(id));
  }

  async makeUsual(id: string): Promise<void> {
    await this.attempt(`target-${id}`, () => this.host.makeUsual(id));
  }

  async exportTarget(id: string): Promise<void> {
    await this.attempt(`target-${id}`, () => this.host.exportTarget(id));
  }

  /** Gives the target's id, or `null` where there is none. */
  async importTarget(): Promise<string | null> {
    return this.given('targets', () => this.host.importTarget());
  }

  async test(id: string): Promise<void> {
    this.testing = id;
    this.tested[id] = undefined;
    await this.attempt(`target-${id}`, async () => {
      const { left, message } = await this.host.testTarget(id);
      this.tested[id] = left === null ? t('targets.test_good') : t('targets.test_left', { address: left, reason: message ?? '' });
    });
    this.testing = null;
  }

  async suggestions(): Promise<SuggestedFolder[]> {
    return (await this.given('folders', () => this.host.suggestedFolders())) ?? [];
  }

  async addFolder(suggestion: string | null): Promise<void> {
    await this.attempt('folders', () => this.host.addFolder(suggestion));
    await this.attempt('folders', async () => (this.suggested = await this.host.suggestedFolders()));
  }

  async saveFolder(folder: Folder, part: Partial<WantedFolder>): Promise<boolean> {
    const { id, on, mode, target, prepare, links, patterns, deep, afterwards, poll } = folder;
    const whole = { id, on, mode, target, prepare, links, patterns, deep, afterwards, poll };
    const save = (folder: WantedFolder) => this.attempt(`folder-${id}`, () => this.host.saveFolder(folder));
    const done = await save({ ...whole, ...part });
    if (done) this.offerUndo(() => save(whole));
    return done;
  }

  async removeFolder(id: string): Promise<void> {
    await this.attempt(`folder-${id}`, () => this.host.removeFolder(id));
    await this.attempt('folders', async () => (this.suggested = await this.host.suggestedFolders()));
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

  async testDoor(): Promise<void> {
    this.testing = 'editors';
    this.tested.editors = undefined;
    await this.attempt('door', async () => {
      const { link, left } = await this.host.testEditors();
      this.tested.editors = left === null ? t('editors.test_good', { link }) : t('editors.test_left', { link, reason: left });
    });
    this.testing = null;
    // It has knocked, too.
    await this.readDoor();
  }

  async readDoor(): Promise<void> {
    await this.attempt('editors', async () => (this.door = await this.host.editors()));
  }

  async setLogin(on: boolean): Promise<void> {
    await this.attempt('login', () => this.host.setLogin(on));
    await this.attempt('login', async () => (this.around = await this.host.around()), true);
  }

  async setShortcuts(shortcuts: Around['shortcuts']): Promise<boolean> {
    const done = await this.attempt('shortcuts', () => this.host.setShortcuts(shortcuts));
    if (done && this.around) this.around = { ...this.around, shortcuts, keysRefused: null };
    return done;
  }

  private offerUndo(back: () => Promise<unknown>): void {
    const undo = async () => {
      await back();
      this.round += 1;
    };
    this.app.notices.say({ code: 'setting_changed', fields: {} }, undefined, { text: t('row.undo'), take: () => void undo(), pass: () => undefined, for: SHOWN_FOR });
  }

  /** What that gives; `null` where it was refused. */
  private async given<T>(place: string, work: () => Promise<T>): Promise<T | null> {
    let given: T | null = null;
    await this.attempt(place, async () => (given = await work()));
    return given;
  }

  /** Does it, and says at its place if that was refused. `quietly` leaves what is said there already. */
  private async attempt(place: string, work: () => Promise<unknown>, quietly = false): Promise<boolean> {
    if (!quietly) this.wrong[place] = this.fingerprints[place] = undefined;
    try {
      await work();
      return true;
    } catch (refusal) {
      this.refused(place, isRefusal(refusal) ? refusal : { code: 'request_failed', message: t('notice.request_failed') });
      return false;
    }
  }

  /** In our own words where there are any. */
  private refused(place: string, { code, message, fields }: Refusal): void {
    this.wrong[place] = fields ? troubleWords({ code, message, fields }) : message;
    this.fingerprints[place] = fields?.fingerprint?.toString();
  }
}
