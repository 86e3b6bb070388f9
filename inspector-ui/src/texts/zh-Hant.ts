import type { Texts } from './en';
import { actions } from './zh-Hant/actions';
import { calls } from './zh-Hant/calls';
import { chat } from './zh-Hant/chat';
import { detail } from './zh-Hant/detail';
import { doctor } from './zh-Hant/doctor';
import { findings } from './zh-Hant/findings';
import { first } from './zh-Hant/first';
import { list } from './zh-Hant/list';
import { shell } from './zh-Hant/shell';
import { simulate } from './zh-Hant/simulate';

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
