"""A second file to play with: select lines, press Ctrl+L, and ask."""


def total(prices):
    result = 0
    for price in prices:
        result = result + price
    return result


def cheapest(prices):
    lowest = prices[0]
    for price in prices:
        if price < lowest:
            lowest = price
    return lowest
