// The two switches: what is copied, and how it is written. The host remembers them.
import type { Copying, Desktop } from '../../host/host';
import type { Notices } from '../toasts/toasts.svelte';

export class CopyChoice {
  current = $state.raw<Copying>({ what: 'all', size: 800, how: 'url' });

  constructor(
    private readonly host: Desktop,
    private readonly notices: Notices,
  ) {}

  /** Takes over what the host remembers. */
  hear(copying: Copying): void {
    this.current = copying;
  }

  /** Changes a part of the choice; put back if the host refuses it. */
  async choose(part: Partial<Copying>): Promise<void> {
    const before = this.current;
    const chosen = { ...before, ...part };
    this.current = chosen;
    try {
      await this.host.setCopy(chosen);
    } catch {
      // A later choice may have been made while this one was on its way.
      if (this.current === chosen) this.current = before;
      this.notices.say({ code: 'request_failed', fields: {} });
    }
  }

  /** Which link the plain Copy button of a row asks for. */
  get label(): string {
    return this.current.what === 'size' ? String(this.current.size) : this.current.what;
  }
}
