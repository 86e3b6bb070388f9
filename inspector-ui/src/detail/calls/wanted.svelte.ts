/* The call that somebody wants to see: its card opens and comes into view, once. */
class WantedCall {
  id = $state('');

  take(id: string): boolean {
    if (this.id !== id) return false;
    this.id = '';
    return true;
  }
}

export const wanted = new WantedCall();
