/* Filters that are always at hand. */
export const SAVED = [
  { code: 'all', q: '', tone: '' },
  { code: 'problem', q: 'is:problem', tone: 'bad' },
  { code: 'late', q: 'is:late', tone: 'warn' },
  { code: 'replay', q: 'is:replay', tone: '' },
  { code: 'pinned', q: 'is:pinned', tone: '' },
] as const;
