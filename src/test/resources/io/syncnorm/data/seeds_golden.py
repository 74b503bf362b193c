"""Prints the constants of SeedsTest, PermutationTest and DealingTest: Seeds.mix, SplittableRandom, Permutation and the
dealing by label once more, written independently.

python3 seeds_golden.py
"""

MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix64(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def mix(seed, *parts):
    value = mix64((seed + GOLDEN * (len(parts) + 1)) & MASK)
    for part in parts:
        value = mix64(value ^ mix64((part + GOLDEN) & MASK))
    return value


class SplittableRandom:
    """SplitMix64: a Weyl sequence, mixed to 32 bits; bounded by rejection on 31 bits."""

    def __init__(self, seed):
        self.state = seed & MASK

    def next_bits(self):
        self.state = (self.state + GOLDEN) & MASK
        z = ((self.state ^ (self.state >> 33)) * 0x62A9D9ED799705F5) & MASK
        return (((z ^ (z >> 28)) * 0xCB24D0A5C88C35B3) & MASK) >> 32

    def next_int(self, bound):
        bits = self.next_bits()
        if bound & (bound - 1) == 0:
            return bits & (bound - 1)
        while True:
            candidate = bits >> 1
            if candidate - candidate % bound + bound - 1 < 1 << 31:
                return candidate % bound
            bits = self.next_bits()


def permutation(size, seed):
    order = list(range(size))
    random = SplittableRandom(seed)
    for i in range(size - 1, 0, -1):
        j = random.next_int(i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def feistel(number, size, key):
    """The place of a number: rounds on alternating halves, walking along the cycle until it is within the size."""
    bits = max(8, (size - 1).bit_length())
    left_bits = bits // 2
    right_bits = bits - left_bits
    while True:
        left, right = divmod(number, 1 << right_bits)
        for turn in range(1, 9):
            half, width = (left, right_bits) if turn % 2 else (right, left_bits)
            hashed = mix64((mix(key) + turn * GOLDEN + half) & MASK) >> (64 - width)
            if turn % 2:
                right ^= hashed
            else:
                left ^= hashed
        number = (left << right_bits) + right
        if number < size:
            return number


def by_label(rows_by_label, world, seed):
    """(rank, position) of every row, label by label."""
    total = sum(rows_by_label)
    dealt = []
    for label, rows in enumerate(rows_by_label):
        dealt.extend((label, feistel(ordinal, rows, mix(seed, -1, label))) for ordinal in range(rows))
    ranks = [[] for _ in range(world)]
    for place, row in enumerate(sorted(dealt)):
        ranks[place * world // total].append(row)
    return [
        (rank, feistel(ranks[rank].index(row), len(ranks[rank]), mix(seed, -2, rank)))
        for row in dealt
        for rank in range(world)
        if row in ranks[rank]
    ]


print(f"GOLDEN_MIX = {mix(42, 3, 7):#018x}")
print(f"GOLDEN_ORDER = {permutation(8, 42)}")
print(f"GOLDEN_PLACES = {[feistel(number, 12, 42) for number in range(12)]}")
print(f"GOLDEN_LARGE = {[feistel(number, 6_000_000, 42) for number in (0, 1, 5_999_999)]}")
print(f"GOLDEN_LARGEST = {[feistel(number, 1 << 48, -1) for number in (0, 1, (1 << 48) - 1)]}")
print(f"GOLDEN_BY_LABEL = {by_label([4, 5, 3], 3, 42)}")
