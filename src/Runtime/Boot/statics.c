// SPDX-License-Identifier: Apache-2.0
// The objects that hold the static references of classes: one for each of about 480 classes, made at each start, on the collector's
// heap of objects that never move. The collector searches its free lists for each, a thousand instructions. Here they lie side by side
// in one allocation (decision 34). Only the start allocates in this way, before the first collection: a collection would take back the
// rest of the piece, to which nothing refers.
#include <stddef.h>
#include <stdint.h>

// The first words of a MethodTable and of an object (an array has its length there).
struct type {
    uint32_t flags, size;
};
struct object {
    const struct type *type;
    uint64_t length;
};

// GC_ALLOC_PINNED_OBJECT_HEAP; the size of an empty array; what is allocated at once.
enum { PINNED = 0x40, EMPTY = 24, PIECE = 16 << 10 };

// The type of free memory: an array of bytes, which the collector walks over.
extern const struct type *g_pFreeObjectEEType;
void RhAllocateNewArray(const struct type *type, uint32_t length, uint32_t flags, struct object **result);

// The rest of the piece. It is a valid free object at any time, so that the heap can be walked.
static struct object *rest;
static size_t left;

void __real_RhAllocateNewObject(const struct type *type, uint32_t flags, struct object **result);
void __wrap_RhAllocateNewObject(const struct type *type, uint32_t flags, struct object **result)
{
    const size_t size = type->size;
    if (flags == PINNED && size <= PIECE / 8 && left < size + EMPTY) {
        struct object *piece = NULL;
        RhAllocateNewArray(g_pFreeObjectEEType, PIECE - EMPTY, PINNED, &piece);
        rest = piece, left = piece ? PIECE : 0;
    }
    if (flags != PINNED || left < size + EMPTY) {
        __real_RhAllocateNewObject(type, flags, result);
        return;
    }
    struct object *object = rest;
    rest = (struct object *)((char *)rest + size), left -= size;
    rest->type = g_pFreeObjectEEType, rest->length = left - EMPTY;
    object->type = type, object->length = 0;
    *result = object;
}
