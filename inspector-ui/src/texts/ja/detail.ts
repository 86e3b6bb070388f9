import type { detail as en } from '../en/detail';

export const detail: Record<keyof typeof en, string> = {};
