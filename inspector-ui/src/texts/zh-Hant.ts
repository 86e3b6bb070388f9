import type { Texts } from './en';
import { actions } from './zh-Hant/actions';
import { chat } from './zh-Hant/chat';
import { detail } from './zh-Hant/detail';
import { doctor } from './zh-Hant/doctor';
import { findings } from './zh-Hant/findings';
import { first } from './zh-Hant/first';
import { list } from './zh-Hant/list';
import { shell } from './zh-Hant/shell';

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
