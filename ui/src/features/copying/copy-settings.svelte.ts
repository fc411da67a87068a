// The two switches: what is copied, and how it is written. The host remembers them.
import type { CopySettings, Desktop } from '../../host/host';
import type { ToastStore } from '../toasts/toasts.svelte';

export class CopySettingsState {
  current = $state.raw<CopySettings>({ what: 'all', size: 800, how: 'url' });

  constructor(
    private readonly host: Desktop,
    private readonly toasts: ToastStore,
  ) {}

  /** Takes over what the host remembers. */
  load(settings: CopySettings): void {
    this.current = settings;
  }

  /** Changes a part of the choice; put back if the host refuses it. */
  async choose(part: Partial<CopySettings>): Promise<void> {
    const previous = this.current;
    const next = { ...previous, ...part };
    this.current = next;
    try {
      await this.host.setCopy(next);
    } catch {
      // A later choice may have been made while this one was on its way.
      if (this.current === next) this.current = previous;
      this.toasts.show({ code: 'request_failed', fields: {} });
    }
  }

  /** Which link the plain Copy button of a row asks for. */
  get label(): string {
    return this.current.what === 'size' ? String(this.current.size) : this.current.what;
  }
}
