/* The saved simulations as the screen shows them. */
import { deleteTemplate, readTemplates, saveTemplate, type Template } from './templates';

class Saved {
  all = $state.raw<readonly Template[]>(readTemplates());

  add(template: Template): boolean {
    const kept = saveTemplate(template);
    this.all = readTemplates();
    return kept;
  }

  remove(name: string): void {
    deleteTemplate(name);
    this.all = readTemplates();
  }
}

export const saved = new Saved();
