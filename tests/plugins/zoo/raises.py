raise ValueError('no luck\nsecond line')
