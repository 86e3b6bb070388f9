#ifndef CLIENT_LINEAPI_RICHMENU_PICTURE_H
#define CLIENT_LINEAPI_RICHMENU_PICTURE_H

#include "base/span.h"

#include <stdbool.h>
#include <stdint.h>

/* How large a picture is, by its own header: PNG (W3C PNG, 5.2 and 11.2.2) or JPEG (ITU-T T.81,
 * B.2.2).  Its pixels are not looked at. */
struct richmenu_picture {
    bool is_png; /* else JPEG */
    uint32_t width, height;
};

/* False: neither. */
bool richmenu_picture_read(struct span bytes, struct richmenu_picture *out);
/* What LINE takes for a rich menu: 800 to 2500 wide, at least 250 high, and 1.45 times as wide
 * as high. */
bool richmenu_picture_fits(const struct richmenu_picture *p);

#endif
