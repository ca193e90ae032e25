/* search path, files, includes, globs -> ini */
#ifndef CLIENT_CONFIG_LOAD_H
#define CLIENT_CONFIG_LOAD_H

#endif
