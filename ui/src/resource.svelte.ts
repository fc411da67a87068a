// A resource loaded from the server: its value, or the error of the last request.
import { errorMessage } from './error-message';

export class Resource<T> {
  /** `null` until loaded. */
  value = $state.raw<T | null>(null);
  /** The error of the last request; an earlier value stays. */
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
