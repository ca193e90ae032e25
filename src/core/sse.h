/* stream framing, both ways */
#ifndef CORE_SSE_H
#define CORE_SSE_H

#endif
