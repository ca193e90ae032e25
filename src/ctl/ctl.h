/* what the commands share: connection, options, output */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#endif
