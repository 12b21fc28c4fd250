"""Direction numbers are such as the theory asks: odd, small, and of primitive polynomials."""

from __future__ import annotations

from shellcount.maths.directions import DIRECTIONS

ENTRIES = [
    [int(word) for word in entry.split()] for entry in DIRECTIONS.strip().replace("\n", ";").split(";")
]


def times(one: int, other: int, polynomial: int) -> int:
    """Multiply polynomials over the field of two elements, the first of them reduced, modulo another."""
    degree, product = polynomial.bit_length() - 1, 0
    while other:
        product ^= one if other & 1 else 0
        one, other = one << 1, other >> 1
        one ^= polynomial if one >> degree else 0
    return product


def order(polynomial: int) -> int:
    """Least power of x that is 1 modulo a polynomial with a constant term."""
    count, power = 1, times(1, 2, polynomial)
    while power != 1:
        power, count = times(power, 2, polynomial), count + 1
    return count


def test_initial_numbers_are_odd_and_have_no_more_bits_than_their_place() -> None:
    for _, *initial in ENTRIES:
        assert all(number % 2 == 1 for number in initial)
        assert all(number < 1 << place for place, number in enumerate(initial, start=1))


def test_there_are_as_many_initial_numbers_as_the_degree_of_the_polynomial() -> None:
    assert [len(initial) for _, *initial in ENTRIES] == [
        polynomial.bit_length() - 1 for polynomial, *_ in ENTRIES
    ]


def test_the_polynomials_are_primitive_all_different_and_in_order() -> None:
    polynomials = [entry[0] for entry in ENTRIES]
    assert polynomials == sorted(set(polynomials))
    for polynomial in polynomials:
        assert order(polynomial) == (1 << polynomial.bit_length() - 1) - 1


def test_no_primitive_polynomial_between_them_is_left_out() -> None:
    polynomials = [entry[0] for entry in ENTRIES]
    assert [
        candidate
        for candidate in range(3, 256, 2)
        if order(candidate) == (1 << candidate.bit_length() - 1) - 1
    ] == [each for each in polynomials if each < 256]
