// What a screen shows of the server: there, on its way, or not to be had for a reason.
import { errorMessage } from './error-message';

export class Resource<T> {
  /** `null` until the server has said. */
  value = $state.raw<T | null>(null);
  /** Why the last look brought nothing; what an earlier one brought stays. */
  errorText = $state<string | null>(null);

  constructor(private readonly load: () => Promise<T>) {
    void this.reload();
  }

  async reload(): Promise<void> {
    try {
      this.value = await this.load();
      this.errorText = null;
    } catch (error) {
      this.errorText = errorMessage(error);
    }
  }
}
