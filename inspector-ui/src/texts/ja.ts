import type { Texts } from './en';
import { actions } from './ja/actions';
import { calls } from './ja/calls';
import { chat } from './ja/chat';
import { detail } from './ja/detail';
import { doctor } from './ja/doctor';
import { findings } from './ja/findings';
import { first } from './ja/first';
import { list } from './ja/list';
import { shell } from './ja/shell';
import { simulate } from './ja/simulate';

const texts: Texts = {
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

export default texts;
