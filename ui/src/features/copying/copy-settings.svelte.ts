// The copy settings: which links are copied and in which format. The host stores them.
import type { CopySettings, Desktop } from '../../host/host';
import type { ToastStore } from '../toasts/toasts.svelte';

export class CopySettingsState {
  current = $state.raw<CopySettings>({ what: 'all', size: 800, how: 'url' });

  constructor(
    private readonly host: Desktop,
    private readonly toasts: ToastStore,
  ) {}

  /** Replaces the settings with the host's. */
  load(settings: CopySettings): void {
    this.current = settings;
  }

  /** Changes some of the settings; reverts them if the host fails to save. */
  async choose(part: Partial<CopySettings>): Promise<void> {
    const previous = this.current;
    const next = { ...previous, ...part };
    this.current = next;
    try {
      await this.host.setCopy(next);
    } catch {
      // A later change may have been made in the meantime.
      if (this.current === next) this.current = previous;
      this.toasts.show({ code: 'request_failed', fields: {} });
    }
  }

  /** The label of the links that the plain Copy button of a row copies. */
  get label(): string {
    return this.current.what === 'size' ? String(this.current.size) : this.current.what;
  }
}
