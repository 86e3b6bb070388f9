/* What lies over the page, and the theme, which has no better place to be switched. */
import { settings } from '../lib/settings.svelte';

class Overlays {
  help = $state(false);
  menu = $state(false);

  /** One at a time; asked for again, it goes. */
  show(name: 'help' | 'menu'): void {
    const open = !this[name];
    this.help = this.menu = false;
    this[name] = open;
  }
}

export const overlays = new Overlays();

export function applyTheme(): void {
  const root = document.documentElement;
  if (settings.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = settings.theme;
}

export function switchTheme(): void {
  settings.set({ theme: settings.shade === 'dark' ? 'light' : 'dark' });
}
