/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SIPCONN_HASH_H
#define SIPCONN_HASH_H

#include <stdint.h>

/*
 * SipHash-1-3 (Aumasson, Bernstein: a fast short-input PRF) under a secret key. Captures come from
 * strangers: by a hash that can be foretold one of them could give 100,000 Call-IDs the same place in a
 * table, which would take hours to read. Values differ from process to process: for tables in memory
 * only. Inline: several hashes are made of each message.
 */
struct hash {
    uint64_t v0, v1, v2, v3;
};

/* The key, two words; drawn once for each process. */
const uint64_t *hash_key(void);

static inline uint64_t hash_rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void hash_round(struct hash *hash)
{
    hash->v0 += hash->v1;
    hash->v1 = hash_rotate(hash->v1, 13) ^ hash->v0;
    hash->v0 = hash_rotate(hash->v0, 32);
    hash->v2 += hash->v3;
    hash->v3 = hash_rotate(hash->v3, 16) ^ hash->v2;
    hash->v0 += hash->v3;
    hash->v3 = hash_rotate(hash->v3, 21) ^ hash->v0;
    hash->v2 += hash->v1;
    hash->v1 = hash_rotate(hash->v1, 17) ^ hash->v2;
    hash->v2 = hash_rotate(hash->v2, 32);
}

/* Takes in one more word. */
static inline void hash_word(struct hash *hash, uint64_t word)
{
    hash->v3 ^= word;
    hash_round(hash);
    hash->v0 ^= word;
}

/* seed: an earlier hash, to chain several parts, or 0. */
static inline struct hash hash_begin(uint64_t seed)
{
    const uint64_t *key = hash_key();
    struct hash hash = {
        key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
        key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573)};

    hash_word(&hash, seed);
    return hash;
}

/*
 * A short way for tables of addresses: multiplied by a secret odd number, two words of the same size
 * share a place by chance only, whoever chose them (universal hashing). Unlike a struct hash it cannot
 * stand for the words themselves. seed: as for hash_begin().
 */
static inline uint64_t hash_mix(uint64_t seed, uint64_t word)
{
    uint64_t product = (seed + word) * (hash_key()[0] | 1);

    return product ^ product >> 32;
}

static inline uint64_t hash_end(struct hash hash)
{
    hash.v2 ^= 0xff;
    for (int i = 0; i < 3; i++)
        hash_round(&hash);
    return hash.v0 ^ hash.v1 ^ hash.v2 ^ hash.v3;
}

#endif
