import type { Texts } from './en';
import { chat } from './ja/chat';
import { detail } from './ja/detail';
import { doctor } from './ja/doctor';
import { first } from './ja/first';
import { list } from './ja/list';
import { shell } from './ja/shell';

const texts: Texts = { ...shell, ...list, ...detail, ...chat, ...doctor, ...first };

export default texts;
