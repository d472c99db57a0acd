"""Twelve invented answers to “Paragraph on community work”, from the weakest to the best, with the mistakes pupils make."""

from __future__ import annotations

COMMUNITY_WORK: tuple[str, ...] = (
    "I think is good. Student help people. I like weekend because I sleep.",
    "Community work is good idea. We can clean street and help old people. I don't like because I am very tired. "
    "In weekend I want play game with my friend. So sometime good, sometime not good.",
    "In my opinion community work is bad idea because student have many homework. We study from Monday to Saturday. "
    "If we work on Sunday we don't have time for family. Last year my school clean the beach and I was sick. "
    "Teacher should let student choose.",
    "I agree that student should do community work. First, it help us know people in our village. Second, it make us "
    "strong and healthy. For example, I plant tree with my class in last summer. It was hot but I was happy. "
    "I think every school should have this activity.",
    "Nowadays, many school ask students to do community work. I think this is a good idea for two reason. Firstly, we "
    "can learn many skill that we don't learn in class, such as talk with old people. Secondly, our town become more "
    "clean and beautiful. Last month my friends and I collected plastic bottles near the market. People was very "
    "friendly with us. So I think we should continue.",
    "I do not think that it is a good idea to make students work at weekends. Although community work is useful, grade "
    "12 students are under a lot of pressure. They have extra classes and must prepare for the exam. If they are "
    "forced, they will not do it with their heart. Last year we had to clean a park, and most of my classmates just "
    "took photos. It would be better if the school let us choose the time.",
    "In my opinion, doing community work at weekends is a good idea. First of all, students learn to take care of other "
    "people. When I helped at a free kitchen in my district, I understood how hard some families live. Besides, we can "
    "make new friends from other classes. It is true that we lose some free time, but two hours a month is not too "
    "much. For these reasons, I support this idea.",
    "I strongly believe that schools are right to ask students to do community work. To begin with, it teaches us "
    "responsibility, because other people depend on us. Moreover, it gives us a break from books and screens. Last "
    "spring I taught small children in my neighbourhood to swim. At first I was nervous, but after three weeks they "
    "could cross the pool and I felt proud. If the school plans the work carefully, it will not affect our study.",
    "Personally, I am in favour of community work, as long as it is not every weekend. The main reason is that we learn "
    "things that no textbook contains, for instance how to organise a group or speak to strangers politely. Another "
    "reason is that the community gets to know young people, who are often said to be lazy. My class repainted the wall "
    "of the health station last November; since then the nurses have greeted us by name. That small change convinced "
    "me that the work was worth our Sunday morning.",
    "Whether community work should be compulsory is a difficult question. On the one hand, it brings real benefits: "
    "students discover how their town works and gain practical skills. On the other hand, help that is forced is hardly "
    "help at all. When my school started a reading club for younger pupils, only volunteers joined, and they came back "
    "every week; the clean-up day, which was compulsory, was forgotten at once. I therefore think schools should offer "
    "community work generously but leave the choice to us.",
    "In my view, asking students to do community work at weekends is one of the best things a school can do. Firstly, "
    "it turns what we learn into something useful. Having studied electricity, my group repaired lamps for elderly "
    "neighbours, and physics suddenly made sense. Secondly, it teaches patience, since people rarely need help in the "
    "way that we expect. Some say that weekends are for rest; however, I have never felt as rested as on the Sunday when "
    "an old lady's room was bright again. Two Saturdays a term is a fair price for that.",
    "It is often said that students have no time for anything but exams, and that is precisely why community work "
    "matters. First, it reminds us whom we are studying for. While sorting medicine at our commune's health station "
    "after last year's flood, I met a doctor who had once sat in my classroom; no lesson has ever motivated me more. "
    "Second, it builds trust between generations, which no lecture can do. I admit that badly organised work wastes "
    "everyone's weekend. If, however, pupils help to plan it, a few hours a month give back far more than they take.",
)
