/* the push stream: connect, parse, resume */
#ifndef CLIENT_CLIENT_STREAM_H
#define CLIENT_CLIENT_STREAM_H

#endif
