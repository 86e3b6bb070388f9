/* All words of the page in English: one file per room. The other languages have the same keys. */
import { actions } from './en/actions';
import { calls } from './en/calls';
import { chat } from './en/chat';
import { detail } from './en/detail';
import { doctor } from './en/doctor';
import { findings } from './en/findings';
import { first } from './en/first';
import { list } from './en/list';
import { shell } from './en/shell';
import { simulate } from './en/simulate';

const texts = {
  ...shell,
  ...list,
  ...detail,
  ...actions,
  ...findings,
  ...chat,
  ...calls,
  ...simulate,
  ...doctor,
  ...first,
};

export type Texts = Record<keyof typeof texts, string>;
export default texts as Texts;
