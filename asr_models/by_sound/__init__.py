"""Characters by their sound: what one engine wrote, put right by the pinyin that another heard."""
