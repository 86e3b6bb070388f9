import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/list.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { session } from './api/session.svelte';
import { loadLanguage } from './lib/i18n.svelte';
import { hidePeopleIfWished } from './lib/people';
import { problemText } from './lib/problems';
import { router } from './lib/router.svelte';
import { settings } from './lib/settings.svelte';
import { toasts } from './lib/toasts.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');

// A failure that nobody caught is said, not lost.
addEventListener('unhandledrejection', (event) => toasts.sayError(problemText(event.reason)));

router.start();
await hidePeopleIfWished();
await Promise.all([loadLanguage(settings.language), session.open()]);
target.replaceChildren();
mount(App, { target });
