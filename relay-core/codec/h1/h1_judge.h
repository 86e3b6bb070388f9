#ifndef CODEC_H1_JUDGE_H
#define CODEC_H1_JUDGE_H

#include "codec/h1/h1_head.h"

/* The second opinion on a head: llhttp, without lenient flags.  ERR_UNSUPPORTED for
 * a method that it does not know; ERR_SYNTAX when it refuses the head, or when it
 * would frame the body otherwise than `facts` (as the fields say, whatever request
 * or status they belong to). */
MUST_CHECK enum err h1_judge_request(struct span text, const struct h1_facts *facts,
                                     const char **detail);
MUST_CHECK enum err h1_judge_response(struct span text, const struct h1_facts *facts,
                                      const char **detail);

#endif
