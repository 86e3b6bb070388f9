#ifndef CODEC_JSON_NUMBER_H
#define CODEC_JSON_NUMBER_H

/* Numbers as JavaScript prints them (ECMA-262, Number::toString): the shortest text
 * that reads back as the same value. */

#define JSON_NUMBER_SIZE 48u

/* Not finite: "null", as JSON.stringify has it.  Returns `buf`. */
const char *json_number_format(double value, char buf[static JSON_NUMBER_SIZE]);

#endif
