/* completion */
#ifndef CTL_CTL_COMPLETE_H
#define CTL_CTL_COMPLETE_H

#endif
