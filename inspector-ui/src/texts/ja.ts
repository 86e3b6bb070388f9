import type { Texts } from './en';
import { actions } from './ja/actions';
import { chat } from './ja/chat';
import { detail } from './ja/detail';
import { doctor } from './ja/doctor';
import { findings } from './ja/findings';
import { first } from './ja/first';
import { list } from './ja/list';
import { shell } from './ja/shell';

const texts: Texts = {
  ...shell,
  ...list,
  ...detail,
  ...actions,
  ...findings,
  ...chat,
  ...doctor,
  ...first,
};

export default texts;
