"""Prints the constants of SeedsTest: Seeds.mix and SplittableRandom once more, written independently.

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


print(f"GOLDEN_MIX = {mix(42, 3, 7):#018x}")
print(f"GOLDEN_ORDER = {permutation(8, 42)}")
